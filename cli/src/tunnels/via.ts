/** `auto` takes what worked last; else a direct connection when one can be had soon, else a tunnel. */
const VIAS = ['auto', 'direct', 'tunnel'] as const
export type Via = (typeof VIAS)[number]

export function isVia(text: string): text is Via {
  return (VIAS as readonly string[]).includes(text)
}
