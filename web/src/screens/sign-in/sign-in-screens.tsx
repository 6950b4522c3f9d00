export function SignInScreen() {
  return null;
}
export function SignUpScreen() {
  return null;
}
export function ResetScreen() {
  return null;
}
export function InviteScreen() {
  return null;
}
