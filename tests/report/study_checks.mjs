// The report that lumbarfem itself made of a small study.
export function checkStudy() {
  return {};
}
