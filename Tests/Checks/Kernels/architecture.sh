# What differs between the architectures of the guests, and the modules that they load; sourced, not run.

# The kernel's modules that a guest loads.
modules=(inet_diag tcp_diag udp_diag unix_diag)

# DIRECTORY: it has all of them.
has_modules() {
    local module
    for module in "${modules[@]}"; do
        [ -e "$1/$module.ko" ] || return 1
    done
}

# Sets the values for an architecture: its name in Debian and its suites; QEMU's program and package; the machine to
# emulate, the kernel's parameters for it, and how many guests run at a time.
set_architecture() {
    case $1 in
        x86_64)
            debian_architecture=amd64
            all_suites=(bullseye bookworm trixie sid)
            qemu=qemu-system-x86_64 qemu_package=qemu-system-x86
            # QEMU 7.2 gets the flags wrong where an interrupt follows cmpxchg16b, and a third of the guests die of it:
            # so the kernel shall not use it (clearcpuid=141), though programs may. With several CPUs or threads there
            # are other faults.
            machine=(-accel "tcg,thread=single" -cpu max -smp 1)
            kernel_options=(console=ttyS0 clearcpuid=141)
            # More than two emulated guests slow each other down until connections of theirs run into time limits.
            guests=2
            ;;
        arm64)
            debian_architecture=arm64
            all_suites=(bullseye bookworm trixie trixie-16k sid)
            qemu=qemu-system-aarch64 qemu_package=qemu-system-arm
            # With one CPU no chain changes while it is read. The architecture's own algorithm for signing pointers
            # would make the guest three times as slow.
            machine=(-M virt -accel "tcg,thread=multi" -cpu "max,pauth-impdef=on" -smp 2)
            kernel_options=(console=ttyAMA0)
            guests=1
            ;;
        *) fail "there are no kernel tests for the architecture $1: use x86_64 or arm64" ;;
    esac
}
