// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The names of network interfaces during a scan: each is looked up once.
///
/// It belongs to one scan of one network namespace, in which an index stays with its interface.
struct InterfaceNames {
    private var names: [UInt32: String] = [:]

    /// The name of the interface with an index, and the index as decimal text where there is none; nil for 0, which is
    /// no interface.
    ///
    /// - Parameter lookUp: asks the kernel, in the namespace that is counted; nil where the interface has gone.
    mutating func name(of index: UInt32, lookUp: (UInt32) -> String? = Self.nameForThread) -> String? {
        guard index != 0 else { return nil }
        if let name = names[index] {
            return name
        }
        let name = lookUp(index) ?? Self.text(of: index)
        names[index] = name
        return name
    }

    /// The text for an interface of another namespace, where names are not looked up.
    static func text(of index: UInt32) -> String {
        "\(index)"
    }

    /// Looks up an interface in the network namespace of the calling thread.
    static func nameForThread(_ index: UInt32) -> String? {
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard unsafe if_indextoname(index, &name) != nil else { return nil }
        return text(name)
    }

    /// The text up to the 0 byte, with replacement characters for what is not UTF-8. Nil where it is empty.
    static func text(_ name: [CChar]) -> String? {
        let bytes = name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
