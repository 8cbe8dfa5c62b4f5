const counting = new Intl.Collator('en', { numeric: true })

/** The order that people expect: web-2 before web-10. */
export const asPeopleCount = (a: string, b: string): number => counting.compare(a, b)
