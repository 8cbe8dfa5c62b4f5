/** Does so many at once; who comes when so many are under way is refused. */
export function atMost(
  most: number,
  refusal: () => Error,
): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let underWay = 0
  return async (work) => {
    if (underWay >= most) throw refusal()
    underWay++
    try {
      return await work()
    } finally {
      underWay--
    }
  }
}
