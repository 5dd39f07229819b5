declare module 'facebook-nodejs-business-sdk' {
  const sdk: import('./business-sdk.ts').BusinessSdk
  export default sdk
}
