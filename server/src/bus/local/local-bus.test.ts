import { describeBus } from '../bus.contract.ts'
import { createLocalBus } from './local-bus.ts'

describeBus('local bus', () => {
  const bus = createLocalBus()
  return Promise.resolve({ asking: bus, serving: bus })
})
