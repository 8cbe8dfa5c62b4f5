import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DecisionSet, PolicyJson } from './decision-set.ts'
import type { Decide } from './decisions.ts'

/**
 * `@cloud-copilot/iam-simulate`, the most complete public evaluator, as a yardstick. Its licence (AGPL) forbids to build on it, so that
 * nobody gets it from us: `FLEETKEY_BENCH_IAM_SIMULATE` names a folder where it was installed for the occasion. It is given
 * every advantage: its core alone, without the validation that its public function does for each request, and policies that were
 * loaded once.
 */
export async function openYardstick(set: DecisionSet): Promise<Decide | undefined> {
  const folder = process.env['FLEETKEY_BENCH_IAM_SIMULATE']
  if (folder === undefined) return undefined
  const load = (path: string) => import(file(folder, path))
  const { authorize } = await load('iam-simulate/dist/esm/core_engine/CoreSimulatorEngine.js')
  const { AwsRequestImpl } = await load('iam-simulate/dist/esm/request/request.js')
  const { RequestContextImpl } = await load('iam-simulate/dist/esm/requestContext.js')
  const { loadPolicy } = await load('iam-policy/dist/esm/index.js')
  const constraints = await load(
    'iam-simulate/dist/esm/context_keys/discoveryContextKeyConstraints.js',
  )

  const read = (document: PolicyJson) => loadPolicy(document, { name: 'policy' })
  const everything = read({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  })
  const organization = [{ orgIdentifier: 'root', policies: [everything] }]
  const fixed = {
    sessionPolicy: undefined,
    identityPolicies: set.identity.map(read),
    serviceControlPolicies: organization,
    resourceControlPolicies: organization,
    resourcePolicy: undefined,
    permissionBoundaries: [read(set.boundary)],
    vpcEndpointPolicies: undefined,
    simulationParameters: {
      simulationMode: 'Strict',
      discoveryContextKeyConstraints: new constraints.DiscoveryContextKeyConstraints([]),
    },
  }
  const kinds: Readonly<Record<string, string>> = {
    Allowed: 'allowed',
    ExplicitlyDenied: 'explicitDeny',
    ImplicitlyDenied: 'implicitDeny',
  }
  return () => {
    for (const { principal, action, resource, context, expect } of set.requests) {
      const owner = { resource, accountId: '111122223333' }
      const request = new AwsRequestImpl(principal, owner, action, new RequestContextImpl(context))
      const { result } = authorize({ ...fixed, request })
      if (kinds[result] !== expect) throw new Error(`${action}: ${result}, not ${expect}`)
    }
  }
}

function file(folder: string, path: string): string {
  return pathToFileURL(resolve(folder, 'node_modules/@cloud-copilot', path)).href
}
