let isDone = false

/**
 * Has what xterm writes as text (style sheets, style attributes) go the way of the CSSOM: as text our content security policy forbids it
 * (`style-src 'self'`, CSP3 §6.7), and xterm's DOM renderer colours rows and measures cells that way. Its option `documentOverride` does not reach that
 * far (6.0.0: rows and the scroll bar take the global document), so the document itself makes such elements from now on. Nothing
 * becomes possible that scripts of this page could not do: markup still brings no style with it.
 */
export function writeStylesByCssom(): void {
  if (isDone) return
  isDone = true
  const plain = document.createElement.bind(document)
  document.createElement = ((tag: string, options?: ElementCreationOptions) => {
    switch (tag) {
      case 'style':
        // Even an empty style element is a violation: something stands in its place.
        return sheetIn(plain('template'))
      case 'span': {
        const span = plain(tag, options)
        span.setAttribute = setAttribute
        return span
      }
      default:
        return plain(tag, options)
    }
  }) as typeof plain
}

function setAttribute(this: HTMLElement, name: string, value: string): void {
  if (name === 'style') this.style.cssText = value
  else Element.prototype.setAttribute.call(this, name, value)
}

/** What is written into the element is a sheet of the document, for as long as it is there. */
function sheetIn(element: HTMLElement): HTMLElement {
  const sheet = new CSSStyleSheet()
  document.adoptedStyleSheets.push(sheet)
  Object.defineProperty(element, 'textContent', {
    set(text: string) {
      sheet.replaceSync(text)
    },
  })
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet)
    Element.prototype.remove.call(element)
  }
  return element
}
