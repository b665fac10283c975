. "$(dirname "$0")/../mkdocs/make.sh"
