import type { RouteObject } from 'react-router'

export const iamRoutes: RouteObject[] = [
  {
    path: '/iam',
    lazy: async () => ({ Component: (await import('./dashboard/dashboard.tsx')).Dashboard }),
  },
  {
    path: '/iam/users',
    lazy: async () => ({ Component: (await import('./users/users.tsx')).Users }),
  },
  // Not below users: somebody may be called "create".
  {
    path: '/iam/create-user',
    lazy: async () => ({ Component: (await import('./users/create-user.tsx')).CreateUser }),
  },
  {
    path: '/iam/users/:name',
    lazy: async () => ({ Component: (await import('./users/user.tsx')).User }),
  },
  {
    path: '/iam/users/:name/inline/:policy?',
    lazy: async () => ({
      Component: (await import('./policies/inline-policy.tsx')).UserInlinePolicy,
    }),
  },
  {
    path: '/iam/groups',
    lazy: async () => ({ Component: (await import('./groups/groups.tsx')).Groups }),
  },
  {
    path: '/iam/create-group',
    lazy: async () => ({ Component: (await import('./groups/create-group.tsx')).CreateGroup }),
  },
  {
    path: '/iam/groups/:name',
    lazy: async () => ({ Component: (await import('./groups/group.tsx')).Group }),
  },
  {
    path: '/iam/groups/:name/inline/:policy?',
    lazy: async () => ({
      Component: (await import('./policies/inline-policy.tsx')).GroupInlinePolicy,
    }),
  },
  {
    path: '/iam/roles',
    lazy: async () => ({ Component: (await import('./roles/roles.tsx')).Roles }),
  },
  {
    path: '/iam/create-role',
    lazy: async () => ({ Component: (await import('./roles/create-role.tsx')).CreateRole }),
  },
  {
    path: '/iam/roles/:name',
    lazy: async () => ({ Component: (await import('./roles/role.tsx')).Role }),
  },
  {
    path: '/iam/roles/:name/inline/:policy?',
    lazy: async () => ({
      Component: (await import('./policies/inline-policy.tsx')).RoleInlinePolicy,
    }),
  },
  {
    path: '/iam/policies',
    lazy: async () => ({ Component: (await import('./policies/policies.tsx')).Policies }),
  },
  {
    path: '/iam/create-policy',
    lazy: async () => ({ Component: (await import('./policies/create-policy.tsx')).CreatePolicy }),
  },
  {
    path: '/iam/policies/:arn',
    lazy: async () => ({ Component: (await import('./policies/policy.tsx')).Policy }),
  },
  {
    path: '/iam/providers',
    lazy: async () => ({ Component: (await import('./providers/providers.tsx')).Providers }),
  },
  {
    path: '/iam/providers/:arn',
    lazy: async () => ({ Component: (await import('./providers/provider.tsx')).Provider }),
  },
  {
    path: '/iam/apply',
    lazy: async () => ({ Component: (await import('./apply/apply-page.tsx')).ApplyPage }),
  },
  {
    path: '/iam/account',
    lazy: async () => ({ Component: (await import('./account/account.tsx')).Account }),
  },
  {
    path: '/iam/simulator',
    lazy: async () => ({ Component: (await import('./simulator/simulator.tsx')).Simulator }),
  },
]
