import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LocalShipping from '@mui/icons-material/LocalShippingOutlined';
import SwapHoriz from '@mui/icons-material/SwapHorizOutlined';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Page } from '../../components/page.tsx';
import { actIn } from '../../format/person.ts';
import type { StockTab } from '../../router/route.ts';
import { goTo } from '../../router/use-route.ts';
import { CountsTab } from './counts-tab.tsx';
import { DestructionTab } from './destruction-tab.tsx';
import { LotsTab } from './lots-tab.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { PlacesTab } from './places-tab.tsx';
import { QuarantineTab } from './quarantine-tab.tsx';
import { ReceiptDialog } from './receipt-dialog.tsx';
import { RibbonsTab } from './ribbons-tab.tsx';

const tabs: readonly StockTab[] = ['places', 'lots', 'ribbons', 'counts', 'quarantine', 'destruction'];

interface StockScreenProps {
  readonly tab: StockTab;
  readonly person: PersonView;
}

/** Blanks and ribbons: where they are, who moved them, what was counted, what is destroyed. */
export function StockScreen({ tab, person }: StockScreenProps) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<'none' | 'move' | 'receipt'>('none');
  const mayMove = actIn(person, 'move-stock');
  return (
    <Page
      title={t('stock.title')}
      actions={
        mayMove && (
          <>
            <Button startIcon={<LocalShipping />} onClick={() => setDialog('receipt')}>
              {t('stock.receive')}
            </Button>
            <Button variant="contained" startIcon={<SwapHoriz />} onClick={() => setDialog('move')}>
              {t('stock.move')}
            </Button>
          </>
        )
      }
    >
      {!mayMove && (
        <Typography color="textSecondary" sx={{ marginTop: -1.5 }}>
          {t('stock.readOnly')}
        </Typography>
      )}
      <Box>
        <Tabs
          value={tab}
          aria-label={t('stock.tabs')}
          onChange={(_event, next: StockTab) => goTo({ kind: 'stock', tab: next })}
          sx={{ borderBottom: 1, borderColor: 'divider', marginBottom: 2.5 }}
        >
          {tabs.map((one) => (
            <Tab
              key={one}
              value={one}
              id={`tab-${one}`}
              {...(one === tab ? { 'aria-controls': 'tab-content' } : {})}
              label={t(`stock.tab.${one}`)}
            />
          ))}
        </Tabs>
        <Box role="tabpanel" id="tab-content" aria-labelledby={`tab-${tab}`} sx={{ display: 'grid', gap: 2.5 }}>
          {tab === 'places' && <PlacesTab person={person} />}
          {tab === 'lots' && <LotsTab person={person} />}
          {tab === 'ribbons' && <RibbonsTab person={person} />}
          {tab === 'counts' && <CountsTab person={person} />}
          {tab === 'quarantine' && <QuarantineTab />}
          {tab === 'destruction' && <DestructionTab person={person} />}
        </Box>
      </Box>
      {dialog === 'move' && <MoveDialog onClose={() => setDialog('none')} />}
      {dialog === 'receipt' && <ReceiptDialog onClose={() => setDialog('none')} />}
    </Page>
  );
}
