// How is a node made? Of what others wrote it takes text only, never markup.

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const name in attributes) if (attributes[name] != null) node.setAttribute(name, attributes[name]);
  node.append(...children.filter(Boolean));
  return node;
}

/** A style sheet, which no policy of the page forbids. @param {string} css */
export function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** A drawing of one line, in the colour of the text around it. @param {string} line */
export function icon(line) {
  const [svg, path] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  svg.setAttribute("viewBox", "0 0 18 18");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", line);
  svg.append(path);
  return svg;
}
