// Stands in for @actions/http-client in the built action: @actions/core would ask for an OIDC token with it, which is
// never wanted, and @actions/github for an agent, which its fetch would use if it were not given ours.

export class HttpClient {
  getAgent() {}

  getAgentDispatcher() {}
}

export class BearerCredentialHandler {}
