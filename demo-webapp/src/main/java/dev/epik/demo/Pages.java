// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * Renders templates to pages. FreeMarker escapes all values; the content security policy has no exceptions.
 * Thread-safe.
 */
public final class Pages {
    private final Configuration templates = new Configuration(Configuration.VERSION_2_3_34);

    Pages() {
        templates.setClassLoaderForTemplateLoading(Pages.class.getClassLoader(), "templates");
        templates.setDefaultEncoding(StandardCharsets.UTF_8.name());
        templates.setLocale(Locale.UK);
        templates.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        templates.setLogTemplateExceptions(false);
        templates.setFallbackOnNullLoopVariable(false);
    }

    /** Renders a template as the response to one visitor. */
    public void render(String template, int status, Map<String, ?> values, HttpServletResponse response)
            throws IOException {
        render(template, status, values, "private, no-cache", response);
    }

    /** Renders a template that is the same for every visitor. Shared caches may store it for ten minutes. */
    public void renderForCaches(String template, Map<String, ?> values, HttpServletResponse response)
            throws IOException {
        render(template, HttpServletResponse.SC_OK, values, "public, max-age=0, s-maxage=600", response);
    }

    private void render(
            String template, int status, Map<String, ?> values, String caching, HttpServletResponse response)
            throws IOException {
        StringWriter page = new StringWriter();
        try {
            templates.getTemplate(template + ".ftlh").process(values, page);
        } catch (TemplateException e) {
            throw new IOException("The template " + template + " is invalid", e);
        }
        response.setStatus(status);
        response.setContentType("text/html;charset=UTF-8");
        response.setHeader("Cache-Control", caching);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                        + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        response.getWriter().write(page.toString());
    }
}
