import { localTime } from './time-words.ts'

/** A moment given in seconds since 1970, in the zone of the browser; empty when it is not known. */
export const formatMoment = (seconds: number | undefined): string =>
  seconds === undefined ? '' : localTime(new Date(seconds * 1000))
