/** A number with what is counted: `1 event`, `1,200 events`. */
export const counted = (count: number, one: string, several: string = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : several}`
