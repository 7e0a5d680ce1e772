import pkcs11js from 'pkcs11js';

/** Every object of a class with the given attributes. */
export function findObjects(
  module: pkcs11js.PKCS11,
  session: pkcs11js.Handle,
  template: pkcs11js.Template,
): pkcs11js.Handle[] {
  module.C_FindObjectsInit(session, template);
  const found: pkcs11js.Handle[] = [];
  for (;;) {
    const some = module.C_FindObjects(session, 100);
    found.push(...some);
    if (some.length < 100) break;
  }
  module.C_FindObjectsFinal(session);
  return found;
}

/** One attribute as bytes. */
export function readAttribute(
  module: pkcs11js.PKCS11,
  session: pkcs11js.Handle,
  object: pkcs11js.Handle,
  type: number,
): Buffer {
  const [attribute] = module.C_GetAttributeValue(session, object, [{ type }]);
  return attribute?.value ?? Buffer.alloc(0);
}

function dataTemplate(application: string, label: string): pkcs11js.Template {
  return [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_DATA },
    { type: pkcs11js.CKA_TOKEN, value: true },
    { type: pkcs11js.CKA_APPLICATION, value: application },
    { type: pkcs11js.CKA_LABEL, value: label },
  ];
}

/** Writes a private data object into the token. */
export function createData(
  module: pkcs11js.PKCS11,
  session: pkcs11js.Handle,
  application: string,
  label: string,
  value: Uint8Array,
): pkcs11js.Handle {
  return module.C_CreateObject(session, [
    ...dataTemplate(application, label),
    { type: pkcs11js.CKA_PRIVATE, value: true },
    { type: pkcs11js.CKA_MODIFIABLE, value: true },
    { type: pkcs11js.CKA_VALUE, value: Buffer.from(value) },
  ]);
}

/** Data objects of one label. */
export function findData(
  module: pkcs11js.PKCS11,
  session: pkcs11js.Handle,
  application: string,
  label: string,
): pkcs11js.Handle[] {
  return findObjects(module, session, dataTemplate(application, label));
}

/** Every data object of the application: handle, label and value. */
export function listData(
  module: pkcs11js.PKCS11,
  session: pkcs11js.Handle,
  application: string,
): { readonly object: pkcs11js.Handle; readonly label: string; readonly value: Buffer }[] {
  const template: pkcs11js.Template = [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_DATA },
    { type: pkcs11js.CKA_TOKEN, value: true },
    { type: pkcs11js.CKA_APPLICATION, value: application },
  ];
  return findObjects(module, session, template).map((object) => ({
    object,
    label: readAttribute(module, session, object, pkcs11js.CKA_LABEL).toString('utf8'),
    value: readAttribute(module, session, object, pkcs11js.CKA_VALUE),
  }));
}
