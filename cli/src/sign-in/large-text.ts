/** Letters of 5 × 5 dots, row by row from the top. */
const GLYPHS: Readonly<Record<string, string>> = {
  A: '.##.. #..#. ####. #..#. #..#.',
  B: '###.. #..#. ###.. #..#. ###..',
  C: '.###. #.... #.... #.... .###.',
  D: '###.. #..#. #..#. #..#. ###..',
  E: '####. #.... ###.. #.... ####.',
  F: '####. #.... ###.. #.... #....',
  G: '.###. #.... #.##. #..#. .###.',
  H: '#..#. #..#. ####. #..#. #..#.',
  I: '###.. .#... .#... .#... ###..',
  J: '..##. ...#. ...#. #..#. .##..',
  K: '#..#. #.#.. ##... #.#.. #..#.',
  L: '#.... #.... #.... #.... ####.',
  M: '#...# ##.## #.#.# #...# #...#',
  N: '#...# ##..# #.#.# #..## #...#',
  O: '.##.. #..#. #..#. #..#. .##..',
  P: '###.. #..#. ###.. #.... #....',
  Q: '.##.. #..#. #..#. #.#.. .#.#.',
  R: '###.. #..#. ###.. #.#.. #..#.',
  S: '.###. #.... .##.. ...#. ###..',
  T: '##### ..#.. ..#.. ..#.. ..#..',
  U: '#..#. #..#. #..#. #..#. .##..',
  V: '#...# #...# .#.#. .#.#. ..#..',
  W: '#...# #...# #.#.# ##.## #...#',
  X: '#...# .#.#. ..#.. .#.#. #...#',
  Y: '#...# .#.#. ..#.. ..#.. ..#..',
  Z: '####. ...#. .##.. #.... ####.',
  0: '.##.. #.##. ##.#. #..#. .##..',
  1: '.#... ##... .#... .#... ###..',
  2: '###.. ...#. .##.. #.... ####.',
  3: '###.. ...#. .##.. ...#. ###..',
  4: '#..#. #..#. ####. ...#. ...#.',
  5: '####. #.... ###.. ...#. ###..',
  6: '.##.. #.... ###.. #..#. .##..',
  7: '####. ...#. ..#.. .#... .#...',
  8: '.##.. #..#. .##.. #..#. .##..',
  9: '.##.. #..#. .###. ...#. .##..',
  '-': '..... ..... .###. ..... .....',
}

/** Two dots above each other in one character. */
const HALVES: Readonly<Record<string, string>> = { '..': ' ', '#.': '▀', '.#': '▄', '##': '█' }

/**
 * A short code in letters three lines high, so that it can be read across a room; undefined when it has a character that
 * has no large form. Small letters become capitals.
 */
export function largeText(text: string): string | undefined {
  const glyphs = Array.from(text.toUpperCase(), (character) => GLYPHS[character]?.split(' '))
  const rows = [0, 1, 2, 3, 4, 5].map((row) =>
    glyphs.map((glyph) => glyph && (glyph[row] ?? '.....')),
  )
  if (glyphs.includes(undefined)) return undefined
  const dots = rows.map((row) => row.join('.'))
  const lines = [0, 2, 4].map((row) =>
    Array.from(dots[row] ?? '', (dot, column) => HALVES[dot + (dots[row + 1]?.[column] ?? '.')])
      .join('')
      .trimEnd(),
  )
  return lines.join('\n')
}
