import type { Logger } from 'pino'
import { createDeliveries } from './agents/deliver-grant.ts'
import { createEnrolments } from './agents/enrol.ts'
import { createAgentGateway } from './agents/gateway.ts'
import { createHostDoctor } from './agents/host-doctor.ts'
import { createManagedSigners } from './agents/managed-signers.ts'
import { createPresence } from './agents/presence.ts'
import { createHostRulesTeller } from './agents/tell-rules.ts'
import type { Bus } from './bus/bus.ts'
import { sealedSetting, type Deployment } from './deployment.ts'
import type { Egress } from './http/egress.ts'
import type { FleetNews } from './live/fleet-news.ts'
import type { Envelope } from './secrets/envelope.ts'
import type { GrantSigner } from './secrets/grant-signer.ts'
import { createManagedSigner } from './secrets/managed-signer.ts'
import type { Store } from './store/store.ts'
import { createHostBudgets } from './trail/host-budgets.ts'
import { createPushesToHosts } from './trail/pushes-to-hosts.ts'
import { createEnrolmentRecorder } from './trail/record-enrolment.ts'
import { createHostTrail } from './trail/host-trail.ts'
import { createIngressRecorder } from './trail/record-ingress.ts'
import type { SourceOf } from './source.ts'
import type { LinkRecorder } from './trail/record-links.ts'
import { createReceiptRecorder } from './trail/record-receipts.ts'
import { createSessionRecorder } from './trail/record-sessions.ts'
import type { Trail } from './trail/trail.ts'

/** Hosts: how they become instances, their links, what they are told over these and what they tell. Part of the composition root. */
export function startAgents(parts: {
  readonly deployment: Deployment
  readonly store: Store
  readonly bus: Bus
  readonly trail: Trail
  readonly links: Pick<LinkRecorder, 'arrived' | 'left'>
  readonly news: FleetNews
  readonly egress: Egress
  readonly envelope: Envelope
  readonly signer: GrantSigner
  readonly sourceOf: SourceOf
  /** See createDeliveries and createAgentGateway. */
  readonly deliveryDeadlineMs: number | undefined
  readonly proofDeadlineMs: number | undefined
  readonly now: () => number
  readonly log: Logger
}) {
  const { deployment: own, store, bus, trail, links, news, egress, envelope, signer } = parts
  const { sourceOf, deliveryDeadlineMs, proofDeadlineMs, now, log } = parts
  const { realm, issuer, tls } = own
  const { deployment } = issuer
  const presence = createPresence({
    arrived(link) {
      links.arrived(link)
      news.changed('instances', link.instanceId)
    },
    left(instanceId) {
      links.left(instanceId)
      news.changed('instances', instanceId)
    },
  })
  const managed = createManagedSigner({
    texts: {
      keep: (name, make) => sealedSetting(store, envelope, name, make),
      drop: (name) => store.settings.set(name, undefined),
    },
    deployment,
    region: realm.region,
    now,
  })
  const hostRules = createHostRulesTeller({
    store,
    bus,
    signer,
    deployment,
    controlPlane: () => egress.listing().ranges,
    answerWithinMs: deliveryDeadlineMs,
    now,
  })
  egress.onChange(() => {
    hostRules.tellAttached().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'hosts were not told of new ranges')
    })
  })
  const hostTrail = createHostTrail({ trail, instances: store.instances })
  const budgets = createHostBudgets({ trail: hostTrail, now, log })
  const pushes = createPushesToHosts(store, now)
  const gateway = createAgentGateway({
    store,
    bus,
    presence,
    receipts: createReceiptRecorder({
      trail: hostTrail,
      pushes,
      budgets,
      sessions: createSessionRecorder({ trail: hostTrail, store, pushes, budgets, log }),
    }),
    ingress: createIngressRecorder({ trail: hostTrail, store, budgets, now }),
    hostRules,
    managedSigners: createManagedSigners({ realm, deployment, managed, signer, now }),
    sourceOf,
    deployment,
    proofDeadlineMs,
    now,
    log,
  })
  const deliveries = createDeliveries({
    bus,
    signer,
    managed,
    deployment,
    deadlineMs: deliveryDeadlineMs,
    now,
  })
  const enrolments = createEnrolments({
    store,
    recorder: createEnrolmentRecorder(trail, { now, log }),
    pins: {
      deployment,
      issuerKeys: [own.issuerPublicKey],
      minimumEpoch: issuer.epoch,
      caCertificate: tls?.caCertificate ?? '',
    },
    now,
  })
  return {
    presence,
    hostRules,
    gateway,
    deliveries,
    enrolments,
    hostDoctor: createHostDoctor({ bus, signer, presence, deployment, now }),
    /** Tells what was left out of the record, before the record ends. */
    stop: () => budgets.stop(),
  }
}
