import type { PaletteOptions } from '@mui/material/styles';
import type {} from '@mui/x-data-grid/themeAugmentation';

declare module '@mui/material/styles' {
  interface Palette {
    readonly nav: { readonly ground: string; readonly text: string; readonly quiet: string; readonly chosen: string };
    readonly training: { readonly ground: string; readonly stripe: string; readonly text: string };
    readonly well: string;
    readonly ring: string;
  }
  interface PaletteOptions {
    nav?: { ground: string; text: string; quiet: string; chosen: string };
    training?: { ground: string; stripe: string; text: string };
    /** Ground of sunken areas: table heads, code, card pictures. */
    well?: string;
    /** Focus ring. */
    ring?: string;
  }
}

const nav = { ground: '#0b2b28', text: '#eaf3f1', quiet: '#a8c2bd', chosen: '#17463f' };
const training = { ground: '#f3c34f', stripe: '#e0a92b', text: '#2b1d00' };

/** Verdigris and brass on paper: the colours of banknotes. All pairs of text and ground have 4.5:1 or more. */
export const lightPalette: PaletteOptions = {
  mode: 'light',
  primary: { main: '#0d5750', light: '#2f7d74', dark: '#083a35', contrastText: '#ffffff' },
  secondary: { main: '#7d5310', light: '#a9761f', dark: '#573803', contrastText: '#ffffff' },
  success: { main: '#1c6b3c', light: '#dff0e4', dark: '#124a29', contrastText: '#ffffff' },
  warning: { main: '#8a4b00', light: '#fbecd3', dark: '#633500', contrastText: '#ffffff' },
  error: { main: '#a5231e', light: '#fae3e1', dark: '#7c1512', contrastText: '#ffffff' },
  info: { main: '#1f4f7d', light: '#e0ebf5', dark: '#143757', contrastText: '#ffffff' },
  text: { primary: '#15211f', secondary: '#4b5a57', disabled: '#6d7a77' },
  background: { default: '#f3f5f2', paper: '#ffffff' },
  divider: '#dbe1dd',
  action: { hover: '#0d57500d', selected: '#0d57501a', disabledBackground: '#e4e8e5', disabled: '#6d7a77' },
  nav,
  training,
  well: '#f0f3f0',
  ring: '#b4690e',
  DataGrid: { bg: '#ffffff', headerBg: '#f0f3f0' },
};

export const darkPalette: PaletteOptions = {
  mode: 'dark',
  primary: { main: '#7fd0c3', light: '#a9e3d9', dark: '#4ea497', contrastText: '#06231f' },
  secondary: { main: '#e6bb70', light: '#f3d7a4', dark: '#b98a3b', contrastText: '#2b1d00' },
  success: { main: '#86d3a0', light: '#173325', dark: '#5bb27a', contrastText: '#06210f' },
  warning: { main: '#f0b966', light: '#38290f', dark: '#c48d3a', contrastText: '#2b1a00' },
  error: { main: '#f49a93', light: '#3d1c1a', dark: '#d36f67', contrastText: '#2c0604' },
  info: { main: '#93c3ec', light: '#15293b', dark: '#6198c6', contrastText: '#04182a' },
  text: { primary: '#e8efed', secondary: '#a9b8b4', disabled: '#83928e' },
  background: { default: '#0d1413', paper: '#141d1c' },
  divider: '#2a3735',
  action: { hover: '#7fd0c312', selected: '#7fd0c322', disabledBackground: '#22302d', disabled: '#83928e' },
  nav: { ...nav, ground: '#091f1d', chosen: '#15403a' },
  training,
  well: '#101918',
  ring: '#f0b966',
  DataGrid: { bg: '#141d1c', headerBg: '#101918' },
};
