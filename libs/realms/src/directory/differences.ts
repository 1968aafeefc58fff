import { isObject, type JsonObject, own, type ResourceType, sameJson } from '@sparekey/scim';

/** Names of the attributes in which two documents differ, those of extensions with their URN. */
export function differences(type: ResourceType, before: JsonObject, after: JsonObject): readonly string[] {
  const extensions = type.extensions.map((extension) => extension.schema.id);
  const differing = (a: JsonObject, b: JsonObject) =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !sameJson(own(a, name), own(b, name)));
  return differing(before, after).flatMap((name) => {
    if (!extensions.includes(name)) return [name];
    const [was, is] = [own(before, name), own(after, name)];
    return differing(isObject(was) ? was : {}, isObject(is) ? is : {}).map((part) => `${name}:${part}`);
  });
}
