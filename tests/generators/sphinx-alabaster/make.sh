. "$(dirname "$0")/../sphinx/make.sh"
