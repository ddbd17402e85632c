// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.shop;

import dev.epik.capi.event.Visit;
import dev.epik.capi.servlet.ServletVisit;
import dev.epik.demo.Demo;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Serves the shop's pages and its checkout. */
public final class ShopServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int UNPROCESSABLE = 422;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getServletPath()
                + Optional.ofNullable(request.getPathInfo()).orElse("");
        if (path.isEmpty() || path.equals("/")) {
            show("landing", 200, Map.of("products", Product.ALL.subList(0, 3)), request, response);
        } else if (path.equals("/products")) {
            show("products", 200, Map.of("products", Product.ALL), request, response);
        } else if (path.equals("/guide")) {
            guide(response);
        } else if (path.startsWith("/product/")) {
            product(path.substring("/product/".length()), request, response);
        } else if (path.equals("/checkout")) {
            CheckoutForm form = CheckoutForm.read(request::getParameter);
            checkout(new CheckoutForm(form.typed(), Map.of()), 200, request, response);
        } else if (path.startsWith("/thank-you/")) {
            thankYou(path.substring("/thank-you/".length()), request, response);
        } else {
            notFound(request, response);
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.setCharacterEncoding("UTF-8");
        if (request.getServletPath().equals("/basket")) {
            addToBasket(request, response);
        } else if (request.getServletPath().equals("/checkout")) {
            buy(request, response);
        } else {
            response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        }
    }

    private void product(String sku, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<Product> found = Product.find(sku);
        if (found.isEmpty()) {
            notFound(request, response);
            return;
        }
        Product product = found.get();
        String tag = new Reporting(demo()).pageVisit(product, request);
        show("product", 200, Map.of("product", product, "tag", tag), request, response);
    }

    /** Shows a page that is the same for every visitor, and that shared caches may store. */
    private void guide(HttpServletResponse response) throws IOException {
        Map<String, Object> values =
                Map.of("products", Product.ALL, "product", Product.ALL.get(0), "currency", Product.CURRENCY);
        demo().pages().renderForCaches("guide", values, response);
    }

    private void addToBasket(HttpServletRequest request, HttpServletResponse response) throws IOException {
        CheckoutForm form = CheckoutForm.read(request::getParameter);
        Optional<Product> product = Product.find(form.text("sku"));
        if (product.isEmpty() || form.errors().containsKey("quantity")) {
            redirect("/products", response);
            return;
        }
        new Reporting(demo()).addToCart(product.get(), form.quantity(), request);
        redirect("/checkout?sku=" + product.get().sku() + "&quantity=" + form.quantity(), response);
    }

    private void buy(HttpServletRequest request, HttpServletResponse response) throws IOException {
        CheckoutForm form = CheckoutForm.read(request::getParameter);
        if (!form.isValid()) {
            checkout(form, UNPROCESSABLE, request, response);
            return;
        }
        String attempt = Optional.ofNullable(request.getParameter("attempt")).orElse("");
        Orders.Placed placed = demo().orders().place(attempt, form);
        if (placed.isNew()) {
            new Reporting(demo()).checkout(placed.order(), form, request);
        }
        redirect("/thank-you/" + placed.order().number(), response);
    }

    private void checkout(CheckoutForm form, int status, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Map<String, Object> values = new HashMap<>();
        values.put("form", form.typed());
        values.put("errors", form.errors());
        values.put("products", Product.ALL);
        Product.find(form.text("sku")).ifPresent(product -> values.put("product", product));
        values.put("attempt", UUID.randomUUID().toString());
        show("checkout", status, values, request, response);
    }

    private void thankYou(String number, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<Order> found = demo().orders().find(number);
        if (found.isEmpty()) {
            notFound(request, response);
            return;
        }
        Order order = found.get();
        show("thank-you", 200, Map.of("order", order, "tag", order.takeTagCall()), request, response);
    }

    private void notFound(HttpServletRequest request, HttpServletResponse response) throws IOException {
        show("not-found", HttpServletResponse.SC_NOT_FOUND, Map.of(), request, response);
    }

    private void show(
            String page, int status, Map<String, ?> values, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Demo demo = demo();
        Visit visit = ServletVisit.of(request);
        boolean granted = visit.consent() == Visit.Consent.GRANTED;
        Map<String, Object> all = new HashMap<>(values);
        all.put("badge", demo.badge());
        all.put("currency", Product.CURRENCY);
        all.put("granted", granted);
        all.put("consentReason", visit.consentReason());
        all.put("consentRequired", demo.consentRequired());
        all.put("answer", BannerConsent.answer(request));
        all.put("here", ConsentServlet.here(request));
        // no tag without consent; the stand-in for the tag works only with the simulated Pinterest
        if (!granted || demo.pinterest().isEmpty()) {
            all.remove("tag");
        }
        demo.pages().render(page, status, all, response);
    }

    private Demo demo() {
        return Demo.of(getServletContext());
    }

    /** Redirects to a path of this shop; it must not contain the visitor's input. */
    private static void redirect(String path, HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", path);
        response.setHeader("Cache-Control", "no-store");
    }
}
