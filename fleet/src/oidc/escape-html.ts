const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it may stand between tags and in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** The other way round, for the one who reads such a page. */
export function unescapeHtml(html: string): string {
  return Object.entries(ENTITIES)
    .toReversed()
    .reduce((text, [character, entity]) => text.replaceAll(entity, character), html)
}
