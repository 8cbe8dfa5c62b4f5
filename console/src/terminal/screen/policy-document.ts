/**
 * The document, for a library that writes style sheets and style attributes as text, which our content security policy forbids
 * (`style-src 'self'`, CSP3 §6.7): what it writes goes the way of the CSSOM, which is allowed. xterm's DOM renderer colours rows and
 * measures cells that way, and takes a document of ours by its option `documentOverride`.
 */
export function policyDocument(real: Document): Document {
  return new Proxy(real, {
    get(target, name) {
      if (name === 'createElement') return createElement
      // Getters and methods of a document want the document itself.
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

  function createElement(tag: string): HTMLElement {
    const element = real.createElement(tag)
    if (tag === 'style') adopt(element, real)
    else element.setAttribute = setAttribute
    return element
  }
}

function setAttribute(this: HTMLElement, name: string, value: string): void {
  if (name === 'style') this.style.cssText = value
  else Element.prototype.setAttribute.call(this, name, value)
}

/** The element stays empty in its place; its text becomes a sheet of the document, for as long as it is there. */
function adopt(element: HTMLElement, real: Document): void {
  const sheet = new CSSStyleSheet()
  real.adoptedStyleSheets.push(sheet)
  Object.defineProperty(element, 'textContent', {
    set: (text: string) => sheet.replaceSync(text),
  })
  element.remove = () => {
    real.adoptedStyleSheets = real.adoptedStyleSheets.filter((each) => each !== sheet)
    Element.prototype.remove.call(element)
  }
}
