// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot.test;

import dev.epik.testkit.FakePinterest;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/** Makes the fake forget what it has received, before each test method. */
final class FakePinterestClearing extends AbstractTestExecutionListener {
    @Override
    public void beforeTestMethod(TestContext test) {
        ApplicationContext context = test.hasApplicationContext() ? test.getApplicationContext() : null;
        if (context != null && context.containsBean(FakePinterestCustomizer.BEAN)) {
            context.getBean(FakePinterestCustomizer.BEAN, FakePinterest.class).clear();
        }
    }
}
