/** What RunInstances said of an instance. One that only enrolled has none. */
export interface Launch {
  readonly imageId: string
  readonly instanceType: string
  /** `r-` and 17 hexadecimal digits: the call that launched it, together with its siblings. */
  readonly reservationId: string
  /** Its place among them, from 0. */
  readonly index: number
}
