// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// As whom the exporter serves.
struct PrivilegeOptions: ParsableArguments {
    @Option(
        name: .customLong("user"),
        help: ArgumentHelp(
            "Started as root: become this user once everything that needs root is open.", valueName: "name"),
        transform: { name in
            guard let user = Privileges.User(name: name) else {
                throw ValidationError("there is no user of that name")
            }
            return user
        })
    var user: Privileges.User?
}
