import type { Tags } from '@fleetkey/domain/instance'
import type { TagChange } from './store.ts'

/** The door of a site: tunnels to its instances are opened on it (AWS: EC2 Instance Connect Endpoint). */
export interface EndpointRow {
  /** `eice-` and 17 hexadecimal digits. */
  readonly endpointId: string
  readonly site: string
  readonly createdAt: number
  /** Of the call that made it: the same call again means the same endpoint. */
  readonly clientToken?: string
  readonly tags: Tags
  readonly ipAddressType: IpAddressType
  readonly securityGroupIds: readonly string[]
}

export type IpAddressType = 'ipv4' | 'dualstack' | 'ipv6'

/** Endpoints and their tags are rights: every change of them grows the security version. */
export interface EndpointStore {
  get(endpointId: string): Promise<EndpointRow | undefined>
  /** All of them, by creation then id. */
  list(): Promise<readonly EndpointRow[]>
  /** False when the site has one already. */
  create(row: EndpointRow): Promise<boolean>
  /** False when there is no such endpoint. */
  update(
    endpointId: string,
    change: Partial<Pick<EndpointRow, 'ipAddressType' | 'securityGroupIds'>>,
  ): Promise<boolean>
  /** Removes, then sets tags in one step. False when there is no such endpoint. */
  changeTags(endpointId: string, change: TagChange): Promise<boolean>
  /** False when there was none. */
  remove(endpointId: string): Promise<boolean>
}
