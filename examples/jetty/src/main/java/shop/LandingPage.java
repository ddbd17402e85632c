// SPDX-License-Identifier: Apache-2.0
package shop;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The page that the ad links to. The filter keeps the click id of its URL in a cookie. */
final class LandingPage extends HttpServlet {
    private static final long serialVersionUID = 1;

    private static final String PAGE = """
            <!DOCTYPE html>
            <title>Shop</title>
            <h1>A lamp for 59.90 EUR</h1>
            <form method="post" action="order">
              <input name="email" type="email" required placeholder="Your email">
              <button>Buy</button>
            </form>
            """;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/html");
        response.setCharacterEncoding("UTF-8");
        response.getWriter().print(PAGE);
    }
}
