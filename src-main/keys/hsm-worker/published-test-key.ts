/** The published GlobalPlatform test key, the same for ENC, MAC and DEK, TDES and AES. GPC_GUI_010 (UICC configuration) and every open test tool. */
export const publishedTestKey = '404142434445464748494a4b4c4d4e4f';
