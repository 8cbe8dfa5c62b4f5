// What acts in a terminal instead of being seen: control and format characters, separators of lines and paragraphs.
const ALL_PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Whether text from elsewhere may be shown as it is. acting-characters.ts writes out what may not. */
export function isPrintable(text: string): boolean {
  return ALL_PRINTABLE.test(text)
}

/** For what is said to people and must fit: a space for each character that acts, and no more than so many of all. */
export function printable(text: string, most: number): string {
  return text.replace(ACTING, ' ').slice(0, most)
}
