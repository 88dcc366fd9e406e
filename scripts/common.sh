# What the scripts share; sourced, not run.

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# Runs a command as root.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "this needs root, and there is no sudo: run as root: $*"
    fi
}

# The C targets that checks compile by themselves, each with those it depends on: a new target changes this list alone.
# The functions below write paths from the project's directory on, and libraries, as the compiler takes them.
c_targets() {
    for target; do
        case $target in
            CNetlink) printf '%s\n' CSocketTypes CNetlink ;;
            CSocketWalk) printf '%s\n' CSocketTypes CBPFLoader CSocketWalk ;;
            *) fail "there is no list of targets for $target" ;;
        esac
    done | sort -u
}

# Their directories of headers, with those of private headers.
c_includes() {
    for target in $(c_targets "$@"); do echo "-ISources/$target/include -ISources/$target"; done
}

c_sources() {
    for target in $(c_targets "$@"); do ls "Sources/$target"/*.c; done
}

c_libraries() {
    for target in $(c_targets "$@"); do
        case $target in
            CNetlink) echo -lmnl -lpthread ;;
            CBPFLoader) echo -lbpf ;;
        esac
    done
}
