/** By how much `y` grows with each `x`: of the line with the least squares. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const [middleX, middleY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const together = points.map(([x, y]) => (x - middleX) * (y - middleY))
  const alone = points.map(([x]) => (x - middleX) ** 2)
  return mean(together) / mean(alone)
}
