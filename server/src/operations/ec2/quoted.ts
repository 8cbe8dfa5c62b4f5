/** Text of a request in the message of a refusal. */
export const quoted = (text: string): string =>
  `'${text.slice(0, 64).replace(/[^\x20-\x7e]/g, '?')}'`
