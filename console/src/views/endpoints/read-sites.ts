import { call } from '../../api/call.ts'

interface VpcAnswer {
  readonly Vpcs: readonly {
    readonly Tags?: readonly { readonly Key: string; readonly Value: string }[]
  }[]
}

/** Sites that something is in: to AWS's clients they are VPCs, whose tag `Name` is the site. */
export async function readSites(signal: AbortSignal): Promise<readonly string[]> {
  const { Vpcs } = await call<VpcAnswer>('ec2', 'DescribeVpcs', {}, signal)
  return Vpcs.flatMap(({ Tags = [] }) => Tags.find(({ Key }) => Key === 'Name')?.Value ?? [])
}
