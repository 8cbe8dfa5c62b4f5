/** Whose trail it is and where its files are meant to lie: part of what a digest signs. */
export interface TrailPlace {
  /** 12 digits. */
  readonly accountId: string
  readonly region: string
  /** `main` */
  readonly trailName: string
  readonly bucket: string
  /** Before `AWSLogs/`, without the slash; empty for none. */
  readonly prefix: string
}

/**
 * Names as CloudTrail gives them (CloudTrail User Guide, "Finding your CloudTrail log files", "CloudTrail digest file structure"). Times
 * are milliseconds since 1970. `unique` tells apart files of one minute: 16 letters or digits.
 */
export function logObject(place: TrailPlace, time: number, unique: string): string {
  const { accountId, region } = place
  const minute = compact(time).replace(/\d\dZ$/, 'Z')
  return `${folder(place, 'CloudTrail', time)}${accountId}_CloudTrail_${region}_${minute}_${unique}.json.gz`
}

export function digestObject(place: TrailPlace, time: number): string {
  const { accountId, region, trailName } = place
  return `${folder(place, 'CloudTrail-Digest', time)}${accountId}_CloudTrail-Digest_${region}_${trailName}_${region}_${compact(time)}.json.gz`
}

/** Where the signature of a digest stands beside it, for copies that have no metadata. */
export const signatureObject = (digest: string): string => `${digest}.signature`

/** The name below any prefix: `AWSLogs/…`. Undefined when it is none of CloudTrail's. */
export function relativeName(object: string): string | undefined {
  return /(?:^|\/)(AWSLogs\/\d{12}\/[\w./-]+)$/.exec(object)?.[1]
}

const DIGEST =
  /^AWSLogs\/(\d{12})\/CloudTrail-Digest\/([a-z0-9-]+)\/\d{4}\/\d\d\/\d\d\/\1_CloudTrail-Digest_\2_[\w.-]+_\2_\d{8}T\d{6}Z\.json\.gz$/
const LOG =
  /^AWSLogs\/(\d{12})\/CloudTrail\/([a-z0-9-]+)\/\d{4}\/\d\d\/\d\d\/\1_CloudTrail_\2_\d{8}T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz$/

/** What a relative name is of. */
export function kindOfObject(relative: string): 'digest' | 'log' | 'signature' | 'other' {
  if (DIGEST.test(relative)) return 'digest'
  if (LOG.test(relative)) return 'log'
  if (relative.endsWith('.signature') && DIGEST.test(relative.slice(0, -'.signature'.length))) {
    return 'signature'
  }
  return 'other'
}

/** `20261126T0926Z` of a log, `20261126T092600Z` of a digest: they sort by time. */
export function timeInName(relative: string): string {
  return /_(\d{8}T\d{4,6})Z/.exec(relative)?.[1] ?? ''
}

function folder({ prefix, accountId, region }: TrailPlace, kind: string, time: number): string {
  const day = new Date(time).toISOString().slice(0, 10).replaceAll('-', '/')
  return `${prefix === '' ? '' : `${prefix}/`}AWSLogs/${accountId}/${kind}/${region}/${day}/`
}

/** `20261126T092600Z` */
function compact(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
