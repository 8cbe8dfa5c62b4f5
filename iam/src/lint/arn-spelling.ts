import { quote } from '../quote.ts'
import { eachStatement, type Home, type Level } from './finding.ts'

interface Slip {
  readonly level: Level
  readonly what: string
  readonly instead: string
}

/** ARNs whose account, Region or instance ID is misspelled, or of somewhere else. */
export const arnSpelling = eachStatement(({ resource }, { home }) =>
  (resource?.entries ?? []).flatMap(({ text }) =>
    slipsOf(text, home).map((slip) => ({
      ...slip,
      why: 'The entry matches nothing that there is here.',
    })),
  ),
)

/** Only fields that are spelled out can be wrong. */
const isSpelled = (field: string) => !/[*?$]/.test(field)

function slipsOf(text: string, home: Home | undefined): readonly Slip[] {
  const [, , service = '', region = '', account = '', ...rest] = text.split(':')
  if (rest.length === 0) return []
  const last = rest.join(':')
  return [
    ...accountSlips(text, { service, account, home }),
    ...regionSlips(text, { service, region, home }),
    ...instanceSlips(text, { service, last }),
  ]
}

function accountSlips(
  text: string,
  { service, account, home }: { service: string; account: string; home: Home | undefined },
): readonly Slip[] {
  if (!isSpelled(account) || (service === 'iam' && account === 'aws')) return []
  if (account === '') {
    if (!regional.has(service) && service !== 'iam') return []
    return [
      {
        level: 'error',
        what: `${quote(text)} names no account.`,
        instead: 'Put the account ID, or *, behind the fourth colon.',
      },
    ]
  }
  if (!/^[0-9]{12}$/.test(account)) {
    return [
      {
        level: 'error',
        what: `${quote(account)} in ${quote(text)} is no account ID.`,
        instead: 'An account ID has twelve digits.',
      },
    ]
  }
  if (home?.accountId === undefined || home.accountId === account) return []
  return [
    {
      level: 'warning',
      what: `${quote(text)} is of the account ${account}; this one is ${home.accountId}.`,
      instead: `Write ${home.accountId}, or *.`,
    },
  ]
}

/** Services whose ARNs name a Region and an account. */
const regional = new Set(['ec2', 'fleetkey'])

function regionSlips(
  text: string,
  { service, region, home }: { service: string; region: string; home: Home | undefined },
): readonly Slip[] {
  if (!isSpelled(region) || !regional.has(service)) return []
  if (region === '') {
    return [
      {
        level: 'error',
        what: `${quote(text)} names no Region.`,
        instead: 'Put the Region, or *, behind the third colon.',
      },
    ]
  }
  if (home?.region === undefined || home.region === region) return []
  return [
    {
      level: 'warning',
      what: `${quote(text)} is of the Region ${quote(region)}; this one is ${home.region}.`,
      instead: `Write ${home.region}, or *.`,
    },
  ]
}

function instanceSlips(
  text: string,
  { service, last }: { service: string; last: string },
): readonly Slip[] {
  const id = /^instance\/(.*)$/s.exec(last)?.[1]
  if (service !== 'ec2' || id === undefined || !isSpelled(id) || /^i-[0-9a-f]+$/.test(id)) return []
  return [
    {
      level: 'error',
      what: `${quote(id)} in ${quote(text)} is no instance ID.`,
      instead:
        'Instances are named by ID, such as i-0123456789abcdef0, or chosen by tag in a condition on "aws:ResourceTag/Name".',
    },
  ]
}
