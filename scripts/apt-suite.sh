# Packages of a suite of Debian that this machine does not run, without touching the system; sourced, not run.

# Lets curl and the private configuration, which hides the system's, use the system's proxy.
use_proxy() {
    local proxy=
    eval "$(apt-config shell proxy Acquire::http::Proxy)"
    [ -z "$proxy" ] || export http_proxy=$proxy
}

# The pool that has a suite: one that is no longer supported moves to the archive.
find_pool() {
    local suite=$1 pool
    use_proxy
    for pool in http://deb.debian.org/debian http://archive.debian.org/debian; do
        if curl -fsIL --max-time 30 -o /dev/null "$pool/dists/$suite/InRelease"; then
            echo "$pool"
            return
        fi
    done
    return 1
}

# Sets up apt for a suite of a pool, with its own lists under a directory, for this machine's architecture or another
# one. The release file of an old suite is out of date for ever, so its age is not checked; its signature is.
configure_apt() {
    local suite=$1 pool=$2 apt=$3/apt architecture=${4:-$(dpkg --print-architecture)}
    use_proxy
    mkdir -p "$apt"/etc/{apt.conf.d,preferences.d} "$apt"/lists/partial "$apt"/cache/archives/partial
    touch "$apt/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $pool $suite main" >"$apt/etc/sources.list"
    cat >"$apt/apt.conf" <<CONFIGURATION
Dir "$apt";
Dir::Etc "$apt/etc";
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "$(id -un)";
APT::Update::Error-Mode "any";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
CONFIGURATION
    export APT_CONFIG=$apt/apt.conf
}

# Prints where packages are downloaded from, a line each.
package_addresses() {
    apt-get download --print-uris "$@" | awk '{ print $2 }'
}

# Downloads packages and unpacks them into `root` of the working directory.
unpack_packages() {
    local package
    apt-get download -qq "$@"
    for package in *.deb; do
        dpkg-deb -x "$package" root
    done
}
