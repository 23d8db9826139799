# Sourced by the scripts beside it: installs packages of Debian, which needs root or sudo.

# $1: what is missing, in words; the rest: packages.
install_packages() {
    local missing=$1
    shift
    if ! command -v apt-get >/dev/null; then
        echo "error: $missing missing, and there is no apt-get to install what is needed." >&2
        echo "       Install it with your system's package manager, so that it is on the PATH." >&2
        exit 2
    fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "error: $missing missing, and only root may install what is needed." >&2
            echo "       Run as root: apt-get install $*" >&2
            exit 2
        fi
        as_root=(sudo)
    fi
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get update --quiet
    "${as_root[@]}" apt-get install --quiet --yes --no-install-recommends "$@"
}
