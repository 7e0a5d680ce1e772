import type { UseQueryResult } from '@tanstack/react-query';
import type { AppletPackageView, AppletProviderView } from '#shared/contract/views/applet-views.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

/** Packages and providers of the catalogue, withdrawn ones too. */
export function useApplets(): UseQueryResult<{ packages: AppletPackageView[]; providers: AppletProviderView[] }> {
  return useView({
    call: 'applets.list',
    input: {},
    topics: ['applets'],
    ask: (signal) => station.applets.list({}, { signal }),
  });
}
