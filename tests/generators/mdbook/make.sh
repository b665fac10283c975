. "$(dirname "$0")/../common.sh"
if [ ! -x "$tools/bin/mdbook" ]; then
  cargo install mdbook@0.5.4 --locked --root "$tools" --target-dir "$tools/target" >&2 || cannot 'cargo cannot install mdbook'
  rm -rf "$tools/target"
fi
place
cp -R "$work/pages" "$work/project/src"
{
  printf '# 目录\n\n'
  while read -r path; do printf -- '- [%s](<%s.md>)\n' "$(sed -n 's/^# //p;T;q' "$work/pages/$path.md")" "$path"; done <"$work/pages/LIST"
} >"$work/project/src/SUMMARY.md"
rm "$work/project/src/LIST"
"$tools/bin/mdbook" build "$work/project" --dest-dir "$work/site" >&2
