// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/**
 * Fails the start if a property {@code epik.*} is misspelt. A property that resembles none of ours gets a warning,
 * because it may be the application's own. Environment variables, system properties and parameters of the servlet
 * context are not checked: others use these names too, such as Kubernetes for a service that is called {@code epik}.
 */
final class PropertyCheck implements BeanFactoryPostProcessor {
    private static final Logger LOG = System.getLogger(PropertyCheck.class.getName());

    private static final ConfigurationPropertyName EPIK = ConfigurationPropertyName.of("epik");
    private static final Set<String> UNCHECKED = Set.of(
            "systemEnvironment",
            "systemProperties",
            "servletContextInitParams",
            "servletConfigInitParams",
            "jndiProperties");

    private final Environment environment;

    PropertyCheck(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            boolean isChecked = source.getUnderlyingSource() instanceof PropertySource<?> underlying
                    && !UNCHECKED.contains(underlying.getName());
            if (isChecked && source instanceof IterableConfigurationPropertySource names) {
                names.stream().filter(EPIK::isAncestorOf).forEach(name -> check(name, source, beans));
            }
        }
    }

    private static void check(
            ConfigurationPropertyName name, ConfigurationPropertySource source, ConfigurableListableBeanFactory beans) {
        Optional<PropertyNames.Unknown> found = PropertyNames.check(name);
        if (found.isEmpty() || isOfApplication(name, beans)) {
            return;
        }
        PropertyNames.Unknown unknown = found.get();
        ConfigurationProperty property = source.getConfigurationProperty(name);
        String origin = property == null || property.getOrigin() == null ? "" : " (" + property.getOrigin() + ")";
        if (unknown.meant().isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "There is no property {0}{1}. Epik ignores it: is it misspelt? Properties of your own need a prefix"
                            + " other than epik",
                    name,
                    origin);
            return;
        }
        throw new SettingException(
                "There is no property " + name + origin,
                "Did you mean " + unknown.meant() + "?"
                        + (unknown.isInGroup() ? "" : " A property of your own needs a prefix other than epik"));
    }

    /** Returns whether a bean of the application has the property, or a group that contains it. */
    private static boolean isOfApplication(ConfigurationPropertyName name, ConfigurableListableBeanFactory beans) {
        for (String bean : beans.getBeanDefinitionNames()) {
            ConfigurationProperties annotation = beans.findAnnotationOnBean(bean, ConfigurationProperties.class, false);
            if (annotation != null) {
                ConfigurationPropertyName prefix = ConfigurationPropertyName.ofIfValid(annotation.prefix());
                if (prefix != null && !PropertyNames.isOurs(prefix) && prefix.isAncestorOf(name)) {
                    return true;
                }
            }
        }
        return false;
    }
}
