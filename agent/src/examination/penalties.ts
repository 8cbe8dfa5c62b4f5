import type { Finding } from '@fleetkey/domain/finding'
import type { SshdConfig } from '../sshd.ts'
import type { Check } from './check.ts'
import { good, note } from './say.ts'

const CHECK = 'penalties'

/** When sshd drops connections without a word: too many at once, or an address that failed before. */
export const penaltiesCheck: Check = {
  name: CHECK,
  async look(host) {
    return judgePenalties(await host.commonConfig(), host.settings.tunnelPorts?.length !== 0)
  },
}

const FEW_STARTUPS = 10

export function judgePenalties(config: SshdConfig, takesTunnels: boolean): readonly Finding[] {
  const first = (keyword: string) => config.get(keyword)?.[0]
  const begin = Number(first('maxstartups')?.split(':')[0])
  const perSource = Number(first('persourcemaxstartups'))
  const penalties = first('persourcepenalties')
  const found: Finding[] = []
  if (begin < FEW_STARTUPS) {
    found.push(
      note(
        CHECK,
        `sshd drops connections once ${begin} are logging in at once (MaxStartups ${first('maxstartups')}).`,
        {
          says: 'Raise MaxStartups, if many log in at the same moment.',
        },
      ),
    )
  }
  if (perSource < FEW_STARTUPS) {
    found.push(
      note(
        CHECK,
        `sshd takes ${perSource} logins at once from one address (PerSourceMaxStartups), also from one that many people share.`,
        {
          says: 'Raise PerSourceMaxStartups, if people come through a gateway or a tunnel.',
        },
      ),
    )
  }
  // 9.8 and later; `no` turns them off. Tunnels come from an address of the host itself.
  if (penalties !== undefined && penalties !== 'no') {
    const exempt = (first('persourcepenaltyexemptlist') ?? 'none') !== 'none'
    if (!exempt) {
      found.push(
        note(
          CHECK,
          `After a few failed logins sshd drops everybody from that address for a while (PerSourcePenalties)${takesTunnels ? ', and all who come through tunnels come from an address of this host' : ''}.`,
          {
            says: 'Name addresses that many share, also those of this host, in PerSourcePenaltyExemptList.',
          },
        ),
      )
    }
  }
  return found.length > 0
    ? found
    : [good(CHECK, 'sshd drops no connections early but under a flood.')]
}
