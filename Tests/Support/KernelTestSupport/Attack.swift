// SPDX-License-Identifier: Apache-2.0

internal import CKernelTestSupport
internal import Glibc

/// What a process of user 65534, without any capability, could take from another process.
public struct Attack: Hashable, Sendable {
    /// How many of the first descriptors of the process were taken.
    public var takenDescriptors: Int32
    /// Whether each of the first descriptors was refused for want of permission, those that are not open too.
    public var wasRefusedEachDescriptor: Bool
    public var openedMemory: Bool
    public var traced: Bool

    /// Nothing was had.
    public static let failed = Attack(
        takenDescriptors: 0, wasRefusedEachDescriptor: true, openedMemory: false, traced: false)
}

extension Attack {
    /// Tries it, from a process of its own.
    public init(on process: Int32) throws {
        var outcome = ckt_attack()
        let error = ckt_attack(process, 65534, &outcome)
        guard error == 0, outcome.open_error == 0 else {
            throw TestSystemError("an attack", error == 0 ? outcome.open_error : error)
        }
        self.init(
            takenDescriptors: outcome.taken,
            wasRefusedEachDescriptor: outcome.refused == Int32(CKT_ATTACKED_DESCRIPTORS),
            openedMemory: outcome.memory_error == 0, traced: outcome.trace_error == 0)
    }
}
