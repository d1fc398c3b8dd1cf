"""What every answer of GraphQL must be, whatever was asked: a refusal is a good answer, a fault of the server is not."""

import schemathesis


@schemathesis.check
def answers_are_graphql(ctx, response, case):
    assert response.status_code < 500, f"status {response.status_code}"
    answer = response.json()
    assert "data" in answer or "errors" in answer, "neither data nor errors"
    for error in answer.get("errors", []):
        code = error.get("extensions", {}).get("code")
        assert error.get("message"), "an error without a message"
        assert code and code != "INTERNAL_SERVER_ERROR", f"an error with the code {code}"
