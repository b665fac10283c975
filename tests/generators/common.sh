# What all generators need: sourced by NAME/make.sh with its two arguments.
# usage: sh NAME/make.sh TOOLS WORK — reads WORK/pages, writes WORK/site; installs into TOOLS what is not there yet.
# Exit status 75: what it takes cannot be had on this machine.
set -eu
tools=$1
work=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$tools"

cannot() {
  echo "$*" >&2
  exit 75
}

# npm_install PACKAGE...: once.
npm_install() {
  [ -e "$tools/done" ] && return
  command -v npm >/dev/null || cannot 'npm is missing'
  (cd "$tools" && npm install --no-audit --no-fund --no-package-lock --prefix . "$@" >&2) || cannot "npm cannot install $*"
  : >"$tools/done"
}

# pip_install PACKAGE...: into a folder of its own, once.
pip_install() {
  [ -e "$tools/done" ] && return
  python3 -m venv "$tools/py" >&2 || cannot 'python3 with venv is missing'
  "$tools/py/bin/pip" install --quiet "$@" >&2 || cannot "pip cannot install $*"
  : >"$tools/done"
}

# debian_install PROGRAM PACKAGE...
debian_install() {
  program=$1
  shift
  command -v "$program" >/dev/null && return
  command -v apt-get >/dev/null || cannot "$program is missing"
  apt-get install -y --no-install-recommends "$@" >&2 || cannot "apt-get cannot install $*"
}

# place FOLDER: the project, fresh, with what stands beside the script.
place() {
  rm -rf "$work/project" "$work/site"
  mkdir -p "$work/project"
  cp -R "$here/." "$work/project/"
  rm "$work/project/make.sh"
}
