// Puts text into the page. All of it goes in as text, never as markup.

const shown = new Map();

export const $ = id => document.getElementById(id);

export function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text != null) made.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

// A link only where it leads to a page: what a process says of itself is not believed further.
export function link(url, text) {
  return /^https?:\/\/[^\s]+$/.test(url) ? element("a", text, { href: url }) : document.createTextNode(text);
}

export function set(id, ...parts) {
  const text = parts.map(part => (typeof part === "string" ? part : part.outerHTML)).join("");
  if (shown.get(id) === text) return; // what stays keeps the focus, and is not read again
  shown.set(id, text);
  $(id).replaceChildren(...parts);
}

export function unit(text) {
  const [, value, its] = text.match(/^(.*?)\s*([a-zA-Z/%]*)$/);
  return [value + (its ? "\u2009" : ""), element("small", its)];
}

export function pairs(id, told) {
  set(id, ...told.flatMap(([name, value]) => {
    const its = element("dd");
    its.append(value);
    return [element("dt", name), its];
  }));
}

export function none(id, text) {
  set(id, element(id === "warm" ? "p" : "dd", text, { class: "none" }));
}
