export function ChannelsScreen() {
  return null;
}
export function NewChannelScreen() {
  return null;
}
export function ChannelScreen() {
  return null;
}
