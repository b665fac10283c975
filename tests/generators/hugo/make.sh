. "$(dirname "$0")/../common.sh"
debian_install hugo hugo
place
cp -R "$work/pages" "$work/project/content"
rm "$work/project/content/LIST"
hugo --quiet --source "$work/project" --destination "$work/site"
