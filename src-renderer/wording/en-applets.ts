/** Words of the catalogue of applet packages. */
export const applets = {
  applets: {
    title: 'Applet packages',
    packages: 'Packages',
    packagesNote:
      'What blanks may be loaded with. A product names a package by its hash; before each load the file is compared with it and with its provider’s signature.',
    none: 'No package in the catalogue',
    noneDetail:
      'Then no product that loads a blank can be made. An administrator brings packages in; another person signs.',
    providers: 'Providers',
    providersNote: 'Whose signatures count. Compare a fingerprint over another channel before it is signed for.',
    noProviders: 'No provider is trusted',
    noProvidersDetail: 'An administrator asks for a provider’s key to be brought in; two others sign.',
    bringIn:
      'Packages and providers are brought in and withdrawn at the command line: applets import, applets provider, applets withdraw.',
    column: {
      package: 'Package',
      version: 'Version',
      provider: 'Provider',
      state: 'State',
      size: 'Loaded',
      products: 'Products',
      hash: 'Hash of the file',
      key: 'Key',
      fingerprint: 'Fingerprint of the key',
      environment: 'For',
      since: 'Since',
    },
    bytes: '{{formatted}} bytes',
    modules: 'Applets: {{list}}',
    library: 'A library, without applets',
    noProduct: 'none',
    state: {
      listed: 'Can be loaded',
      'provider-withdrawn': 'Provider withdrawn',
      withdrawn: 'Withdrawn',
      trusted: 'Trusted',
    },
  },
} as const;
