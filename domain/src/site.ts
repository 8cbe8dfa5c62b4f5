import type { Tags } from './instance.ts'

/**
 * Where an instance stands: hosts that reach each other, a data centre, an office, a cloud network. AWS's clients see each site as a VPC
 * with one subnet and a default security group; their ids are digests, so that nothing must be kept for them and a name gives nothing away.
 */
export const SITE_TAG = 'Site'

/** Of instances without the tag, or with an empty one. */
export const DEFAULT_SITE = 'default'

/** Comes from a tag, so never from the host itself: who may set tags says which hosts a site's endpoint leads to. */
export function siteOf(tags: Tags): string {
  return tags[SITE_TAG] || DEFAULT_SITE
}

type Sha256Hex = (text: string) => string

/** As many as EC2's ids have. */
const ID_DIGITS = 17

export const vpcIdOf = (deployment: string, site: string, sha256Hex: Sha256Hex): string =>
  idOf('vpc', deployment, site, sha256Hex)

/** Each site has one. */
export const subnetIdOf = (deployment: string, site: string, sha256Hex: Sha256Hex): string =>
  idOf('subnet', deployment, site, sha256Hex)

/** The site's group `default`: the one of whoever has no other. */
export const securityGroupIdOf = (deployment: string, site: string, sha256Hex: Sha256Hex): string =>
  idOf('sg', deployment, site, sha256Hex)

/** The one zone of a region: `on-prem-1a`. */
export const availabilityZoneOf = (region: string): string => `${region}a`

/** Its id as AWS makes them of region names: `use1-az1` for us-east-1, `onp1-az1` for on-prem-1. */
export function availabilityZoneIdOf(region: string): string {
  const [first = '', ...rest] = region.split('-')
  const letters = rest.map((word) => COMPASS[word] ?? (/^\d/.test(word) ? word : word.charAt(0)))
  return `${first}${letters.join('')}-az1`
}

/** Words of two directions keep both letters, or northeast and northwest would be one. */
const COMPASS: Readonly<Record<string, string>> = {
  northeast: 'ne',
  northwest: 'nw',
  southeast: 'se',
  southwest: 'sw',
}

/** The deployment is in it so that two of them share no id; a site's name is last, since it may hold any character. */
function idOf(kind: string, deployment: string, site: string, sha256Hex: Sha256Hex): string {
  const digest = sha256Hex(`fleetkey-site-v1\n${kind}\n${deployment}\n${site}`)
  return `${kind}-${digest.slice(0, ID_DIGITS)}`
}
