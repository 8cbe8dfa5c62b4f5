import { shownSession, showsSession } from '../../identities/console-cookie.ts'
import { shownDevices } from '../../identities/device-cookie.ts'
import { shownSignIn } from '../../identities/sign-in-cookie.ts'
import type { Browser } from '../../operations/operation.ts'
import { headerOf, type ApiRequest } from '../raw-request.ts'
import type { ForeignPage } from './foreign-page.ts'

/** Undefined where nothing of it is a browser's. */
export function browserOf(request: ApiRequest, foreignPage: ForeignPage): Browser | undefined {
  const cookie = headerOf(request.raw, 'cookie')
  const shows = cookie !== undefined && showsSession(cookie)
  const origin = headerOf(request.raw, 'origin')
  if (!shows && origin === undefined) return undefined
  return {
    origin,
    foreign: foreignPage(request),
    isHandedOn: isHandedOn(request),
    showsSession: shows,
    session: shows ? shownSession(cookie) : undefined,
    devices: cookie === undefined ? [] : shownDevices(cookie),
    signIn: cookie === undefined ? undefined : shownSignIn(cookie),
  }
}

/** By a proxy that was not believed, or that did not say for whom. */
const isHandedOn = ({ isOfProxy, proxyAddress, raw }: ApiRequest): boolean =>
  isOfProxy ||
  (proxyAddress === undefined && HANDED_ON.some((header) => headerOf(raw, header) !== undefined))

/** What proxies add (RFC 7239, RFC 9110 §7.6.3, and as most of them write it). */
const HANDED_ON = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']
