// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot.test;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Finds {@link EnableFakePinterest} at a test class or one that encloses it. */
final class FakePinterestCustomizerFactory implements ContextCustomizerFactory {
    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
        EnableFakePinterest found =
                TestContextAnnotationUtils.findMergedAnnotation(testClass, EnableFakePinterest.class);
        return found == null ? null : new FakePinterestCustomizer(found.adAccountId());
    }
}
